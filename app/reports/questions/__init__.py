"""Saved questions Q1 to Q27: each with its inputs, its tables, and the records behind every figure."""
