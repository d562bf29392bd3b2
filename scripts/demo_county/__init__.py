"""Survey files of a synthetic county, as surveyors deliver them: real town names, invented plant."""
