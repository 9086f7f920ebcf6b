"""Assessment: exams of a class, score sheets, and the certificates they lead to."""
