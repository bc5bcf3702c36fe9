"""The city: distances, landmarks, and the price of a square metre at a point.

Every function takes `latitude` and `longitude` as arrays (n,) in degrees and returns (n,) float64.
"""

import numpy as np

from tabular.synthetic import coefficients as c

KREMLIN = (55.752, 37.618)
KM_PER_LATITUDE, KM_PER_LONGITUDE = 111.3, 62.7  # one degree, at Moscow's latitude

# The Moskva from Strogino to Kapotnya, from bend to bend.
RIVER = (
    (55.806, 37.390),
    (55.785, 37.400),
    (55.775, 37.440),
    (55.797, 37.450),
    (55.770, 37.465),
    (55.750, 37.465),
    (55.746, 37.490),
    (55.757, 37.520),
    (55.747, 37.550),
    (55.742, 37.572),
    (55.722, 37.543),
    (55.711, 37.555),
    (55.728, 37.592),
    (55.745, 37.610),
    (55.749, 37.625),
    (55.746, 37.643),
    (55.730, 37.652),
    (55.705, 37.645),
    (55.690, 37.655),
    (55.683, 37.682),
    (55.665, 37.690),
    (55.675, 37.718),
    (55.645, 37.735),
    (55.630, 37.795),
)
# Latitude, longitude, radius in km.
PARKS = {
    "gorky": (55.722, 37.594, 1.0),
    "sokolniki": (55.803, 37.675, 1.5),
    "losiny_ostrov": (55.845, 37.740, 3.0),
    "izmaylovo": (55.772, 37.775, 1.8),
    "kuzminki": (55.692, 37.790, 1.3),
    "kolomenskoe": (55.667, 37.671, 1.0),
    "tsaritsyno": (55.613, 37.685, 1.0),
    "bitsa": (55.595, 37.560, 2.0),
    "vorobyovy_gory": (55.708, 37.545, 0.9),
    "fili": (55.748, 37.478, 0.8),
    "krylatskie_hills": (55.765, 37.425, 1.2),
    "serebryany_bor": (55.783, 37.425, 1.2),
    "pokrovskoe_streshnevo": (55.820, 37.468, 1.0),
    "timiryazevsky": (55.822, 37.548, 1.0),
    "botanical_garden": (55.840, 37.605, 1.3),
    "troparyovo": (55.640, 37.475, 1.1),
}
# Where prices leap within a few streets: latitude, longitude, premium, scale in km.
ENCLAVES = {
    "ostozhenka": (55.741, 37.598, 0.28, 0.7),
    "patriarch_ponds": (55.764, 37.593, 0.26, 0.6),
    "arbat": (55.750, 37.593, 0.18, 0.7),
    "khamovniki": (55.727, 37.580, 0.20, 0.8),
    "yakimanka": (55.737, 37.613, 0.18, 0.6),
    "moscow_city": (55.749, 37.538, 0.22, 0.7),
    "kutuzovsky": (55.742, 37.555, 0.12, 0.7),
    "mosfilmovskaya": (55.716, 37.522, 0.18, 1.0),
    "zil": (55.698, 37.645, 0.14, 0.8),
}


def project(
    latitude: np.ndarray | float, longitude: np.ndarray | float
) -> tuple[np.ndarray, np.ndarray]:
    """Kilometres east and north of the Kremlin."""
    east = (np.asarray(longitude) - KREMLIN[1]) * KM_PER_LONGITUDE
    north = (np.asarray(latitude) - KREMLIN[0]) * KM_PER_LATITUDE
    return east, north


def distance(
    latitude: np.ndarray, longitude: np.ndarray, *, to: tuple[float, float] = KREMLIN
) -> np.ndarray:
    """Kilometres to a point given as (latitude, longitude).

    >>> float(distance(55.757, 37.615, to=KREMLIN).round(1))
    0.6
    """
    east, north = project(latitude, longitude)
    other_east, other_north = project(*to)
    return np.hypot(east - other_east, north - other_north)


def distance_to_river(latitude: np.ndarray, longitude: np.ndarray) -> np.ndarray:
    """Kilometres to the nearest point of the Moskva."""
    east, north = (coordinate[..., None] for coordinate in project(latitude, longitude))
    bend_east, bend_north = project(*np.transpose(RIVER))
    step_east, step_north = np.diff(bend_east), np.diff(bend_north)
    along = (east - bend_east[:-1]) * step_east + (north - bend_north[:-1]) * step_north
    along = np.clip(along / (step_east**2 + step_north**2), 0.0, 1.0)
    return np.hypot(
        east - bend_east[:-1] - along * step_east, north - bend_north[:-1] - along * step_north
    ).min(axis=-1)


def distance_to_park(latitude: np.ndarray, longitude: np.ndarray) -> np.ndarray:
    """Kilometres to the edge of the nearest park; zero inside."""
    edges = [
        distance(latitude, longitude, to=(park_latitude, park_longitude)) - radius
        for park_latitude, park_longitude, radius in PARKS.values()
    ]
    return np.maximum(np.min(edges, axis=0), 0.0)


def known_quality(latitude: np.ndarray, longitude: np.ndarray) -> np.ndarray:
    """Logarithm of the price of a square metre which the map alone explains."""
    east, north = project(latitude, longitude)
    from_centre = np.hypot(east, north)
    bearing = np.arctan2(east, north)
    westward = np.cos(bearing - np.deg2rad(c.WEST_BEARING)) * -np.expm1(-from_centre / c.WEST_SCALE)
    quality = np.log(c.BASE_PRICE) + c.CENTRE_PREMIUM * np.exp(-from_centre / c.CENTRE_SCALE)
    quality += c.WEST_PREMIUM * westward
    quality += c.RIVER_PREMIUM * np.exp(-distance_to_river(latitude, longitude) / c.RIVER_SCALE)
    quality += c.PARK_PREMIUM * np.exp(-distance_to_park(latitude, longitude) / c.PARK_SCALE)
    for enclave_latitude, enclave_longitude, premium, scale in ENCLAVES.values():
        away = distance(latitude, longitude, to=(enclave_latitude, enclave_longitude))
        quality += premium * np.exp(-((away / scale) ** 2))
    return quality


def hidden_quality(latitude: np.ndarray, longitude: np.ndarray) -> np.ndarray:
    """What only the neighbours' prices reveal: a smooth random surface over the city.

    The sum of many plane waves with random directions and phases is a Gaussian field; drawing the
    waves' frequencies from a normal of deviation 1/scale gives the correlation
    exp(-distance² / 2 scale²).
    """
    rng = np.random.default_rng(c.CITY_SEED)
    east, north = (coordinate[..., None] for coordinate in project(latitude, longitude))
    quality = np.zeros(np.shape(latitude))
    for scale, deviation in c.LOCAL_FIELDS:
        frequency_east, frequency_north = rng.normal(0.0, 1.0 / scale, (2, c.WAVES))
        phase = rng.uniform(0.0, 2.0 * np.pi, c.WAVES)
        waves = np.cos(east * frequency_east + north * frequency_north + phase)
        quality += deviation * np.sqrt(2.0) * waves.sum(axis=-1) / np.sqrt(c.WAVES)
    return quality
