"""What is written to helpdesks: one file a vendor, requests and readings only, no I/O."""
