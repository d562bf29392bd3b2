"""What engineers know: formulas as pure functions, and the tables that they read, each with its source. No database."""
