"""Ground floor: settings, errors, database, space, journal. It knows nothing of networks."""
