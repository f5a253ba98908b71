"""How helpdesks are told where to send: one file a vendor, requests and readings only, no I/O."""
