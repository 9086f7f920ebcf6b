"""The bureau's front door: today's work, classes, people, certificates, claims, money, trail."""
