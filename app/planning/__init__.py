"""Decisions: what runs out, what to build, what first. Pure rules over graphs and figures; queries and commands around them."""
