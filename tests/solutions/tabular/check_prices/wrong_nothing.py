"""Refuses nothing."""


def check_prices(price):
    return None
