"""Reading what a helpdesk already has: one file a vendor, all pure."""
