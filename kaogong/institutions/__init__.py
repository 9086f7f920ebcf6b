"""Schools, enterprises and assessment bodies: who they are and what they are recognised for."""
