"""The parts library every front door is made of: lists, details, decisions, dialogs, money, masks."""
