"""What a template says, how it is filled in, and which parameters that takes; spec/content.md section 3."""
