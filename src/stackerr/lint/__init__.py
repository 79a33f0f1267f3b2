"""The inspector: rules that find errors which leave unwrapped. Plain `ast`; knows neither flake8 nor the core."""
