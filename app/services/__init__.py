"""Use: customers, addresses, services, circuits and what carries them, numbers. Rows and rules, no path search."""
