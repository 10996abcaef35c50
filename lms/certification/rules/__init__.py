"""What is true of gates, periods and their dates; split into dates, requirements, ledger and path."""
