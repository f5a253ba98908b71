"""A working day at a support desk, to try Triage with: invented tickets, really sent."""
