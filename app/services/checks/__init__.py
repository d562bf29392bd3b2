"""The checks whose rows stand on this floor: circuits, customers, services, numbers."""
