"""Messages of every type through the real house."""
