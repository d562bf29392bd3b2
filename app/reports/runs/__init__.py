"""Saved questions and their runs: asked again, by people or by the calendar, kept with all that they rest on, and compared."""
