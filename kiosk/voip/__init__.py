"""The voice process and its SIP engines: the path over the internet, and the handset's sound."""
