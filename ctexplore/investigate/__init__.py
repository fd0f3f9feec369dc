"""Investigations that need more than one answer: is the trail whole and unchanged?"""
