"""Shape: what is connected to what. Answers are walked from the rows; nothing is stored."""
