"""Answers of the graph as commands, addresses and pages give them: one form each, in plain values and the reader's language."""
