"""The sandbox as its users meet it: a process, four ports, one line of JSON."""
