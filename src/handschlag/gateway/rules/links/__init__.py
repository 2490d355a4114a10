"""Links of messages: where they may lead, and what the page behind one says of itself."""
