"""What runs inside the sandbox: opening networks and letting them answer. Nothing here knows a label."""
