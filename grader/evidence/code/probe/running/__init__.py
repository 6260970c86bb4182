"""Run the code of a submission and record what it does. Inside the sandbox; nothing here is out of the code's reach."""
