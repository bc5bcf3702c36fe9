"""Every number of the market's model, in one place. The formula is in `tabular.synthetic`.

Prices are in roubles, areas in m², distances in km, premiums in natural logarithm: +0.05 is about
5 % on the price. The numbers are invented, with an eye on what brokers' reviews say of such a
market.
"""

# Place: the price of a square metre, before anything is known of the flat.
BASE_PRICE = 178_000.0  # far from everything
CENTRE_PREMIUM, CENTRE_SCALE = 1.32, 9.5  # at the Kremlin, and the distance in which it fades
WEST_PREMIUM, WEST_BEARING, WEST_SCALE = 0.13, 245.0, 6.0  # degrees from north, clockwise
RIVER_PREMIUM, RIVER_SCALE = 0.07, 0.6
PARK_PREMIUM, PARK_SCALE = 0.06, 0.7
METRO_PREMIUM = -0.06  # for each e-fold of walking minutes over 10
RING_PREMIUM = {"circle": 0.03, "big_circle": 0.02, "": 0.0}

# The hidden quality of neighbourhoods: (scale, standard deviation). No column tells of it.
LOCAL_FIELDS = ((0.7, 0.11), (2.0, 0.07))
WAVES = 256
CITY_SEED = 1935  # the metro's first year: the city stays, whatever seed draws the flats

# The house.
CLASSES = ("economy", "comfort", "business", "elite")
CLASS_PREMIUM = {"economy": 0.0, "comfort": 0.05, "business": 0.14, "elite": 0.25}
CLASS_THRESHOLDS = (0.10, 0.55, 1.12)  # of a house's standing; see houses.py
CLASS_SPREAD, SUBURB_PRICE = 0.15, 280_000.0
MATERIAL_PREMIUM = {
    "panel": -0.05,
    "block": -0.03,
    "brick": 0.02,
    "stalin": 0.05,
    "monolith": 0.03,
    "monolith_brick": 0.05,
}
AGE_PREMIUM, AGE_LIMIT = -0.003, 50  # for each year of age
CEILING_PREMIUM, CEILING_USUAL = 0.16, 2.7  # for each metre over the usual
PARKING_PREMIUM = {"street": 0.0, "yard": 0.01, "underground": 0.05}
NO_LIFT_PREMIUM = -0.02  # for each floor over the second without a lift

# The flat.
AREA_USUAL = 55.0
AREA_ELASTICITY = {"economy": -0.14, "comfort": -0.10, "business": -0.04, "elite": 0.02}
FIRST_FLOOR_PREMIUM = {"economy": -0.08, "comfort": -0.07, "business": -0.05, "elite": -0.03}
LAST_FLOOR_PREMIUM = {"economy": -0.04, "comfort": -0.02, "business": 0.03, "elite": 0.12}
TOWER_FLOORS, TOWER_PREMIUM, TOWER_LIMIT = 10, 0.004, 25  # a tower's floors over the tenth
TASTE = {"economy": 0.6, "comfort": 1.0, "business": 1.4, "elite": 1.7}
RENOVATION_PREMIUM = {"bare": -0.06, "cosmetic": 0.0, "euro": 0.06, "designer": 0.12}
VIEW_PREMIUM = {
    "yard": 0.0,
    "street": -0.02,
    "park": 0.04,
    "river": 0.06,
    "skyline": 0.05,
    "kremlin": 0.09,
}
BALCONY_PREMIUM = 0.012  # for each, two at most

# The deal.
SELLER_PREMIUM = {"owner": -0.01, "agent": 0.0, "developer": 0.02}
MONTH_PREMIUM, SEASON_PREMIUM = 0.007, 0.015  # growth a month; autumn over the year's mean
NOISE, NOISE_PRICE, NOISE_POWER, NOISE_LIMITS = 0.080, 15e6, 0.28, (0.05, 0.15)

# Rooms and areas; rooms are 0 (a studio) to 6.
ROOM_SHARES = {
    "economy": (0.05, 0.33, 0.40, 0.19, 0.03, 0.0, 0.0),
    "comfort": (0.10, 0.34, 0.34, 0.18, 0.035, 0.005, 0.0),
    "business": (0.05, 0.23, 0.37, 0.25, 0.08, 0.02, 0.0),
    "elite": (0.0, 0.16, 0.30, 0.30, 0.15, 0.07, 0.02),
}
ROOM_AREA = (23.0, 37.0, 54.0, 75.0, 100.0, 135.0, 175.0)
CLASS_AREA = {"economy": 0.93, "comfort": 1.0, "business": 1.15, "elite": 1.4}
AREA_SPREAD = 0.13
CLASS_KITCHEN = {"economy": 7.5, "comfort": 10.0, "business": 13.0, "elite": 17.0}

# Dirt: the share of cells left empty everywhere, and the share added where dirty_data.py says.
MISSING = {
    "kitchen_area": (0.08, 0.35),  # studios
    "living_area": (0.06, 0.30),  # studios
    "year_built": (0.05, 0.15),  # houses from before 1960
    "renovation": (0.08, 0.30),  # nobody boasts of bare walls
    "ceiling_height": (0.15, 0.30),  # economy, where it is nothing to boast of
    "view": (0.10, 0.20),  # the yard
    "building_class": (0.05, 0.35),  # resale
    "parking": (0.12, 0.0),
    "balconies": (0.06, 0.0),
    "material": (0.03, 0.0),
    "metro_minutes": (0.02, 0.0),
    "coordinates": (0.005, 0.0),
}
DUPLICATES = 0.015
ZERO_AREA = 0.003
LOST_DECIMAL_MARK = 0.003  # 38.5 m² becomes 3850
LIVING_OVER_TOTAL = 0.004
FLOOR_OVER_FLOORS = 0.004
MISSPELT = 0.02  # cells of each category column of dirty_data.py
