"""Canvases: personas, journeys, blueprints and service models, with what each text rests on."""
