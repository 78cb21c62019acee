"""Fakes that ship: each fits the port that a real thing fits."""
