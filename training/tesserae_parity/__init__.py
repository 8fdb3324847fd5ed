"""Whether the services answer as transformers does, token for token: `./tesserae test --parity`."""
