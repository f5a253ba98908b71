"""How each vendor's API is reached: address, credentials, limits. One file a vendor, all pure."""
