"""The door for live sockets: frames in, frames out, one mailbox a device."""
