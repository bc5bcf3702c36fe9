"""From a camera's frames to messages that an autopilot lands by, and a simulated landing."""
