"""A lesson in the browser, with small figures that move under the reader's hand."""
