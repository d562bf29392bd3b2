"""Decisions that need a route and a reservation: can an address be served, orders, cutovers, projects."""
