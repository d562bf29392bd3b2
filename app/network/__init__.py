"""Plant: what exists in every speciality, who holds it, and what is joined to what."""
