"""The same task by several hands: PyTorch, Keras and an AutoML, side by side. See `run`."""
