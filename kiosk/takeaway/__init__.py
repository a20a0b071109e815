"""What a person takes away of a relay: a QR code, a printed slip, a text message. No person is in any of it."""
