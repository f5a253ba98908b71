"""What thin deliveries leave out: which calls tell it, and how they read. All pure."""
