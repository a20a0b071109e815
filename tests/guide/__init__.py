"""The directory at the handset: where keys lead, what pages say."""
