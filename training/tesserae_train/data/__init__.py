"""Pictures and what is true about them: drawn, composed of openly licensed parts, or no picture at all (made-up posteriors)."""
