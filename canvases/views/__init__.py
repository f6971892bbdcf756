"""Pages of personas, journey maps, service blueprints and service models."""
