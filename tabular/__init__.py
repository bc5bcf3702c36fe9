"""Real-estate price: from a table of flats to an honest valuation."""
