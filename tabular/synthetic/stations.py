"""Where Moscow's metro stations are: facts about the city, nothing drawn.

Each row holds the name in Latin letters, latitude and longitude in degrees to about 100 m, and the
ring on which the station lies: `circle` (line 5), `big_circle` (line 11) or an empty string. The
key is the administrative okrug: the centre (tsao), north (sao), north-east (svao), and clockwise
on; `tinao` is New Moscow.
"""

from typing import NamedTuple


class Station(NamedTuple):
    """One metro station."""

    name: str
    okrug: str
    latitude: float
    longitude: float
    ring: str


_BY_OKRUG = {
    "tsao": (
        ("okhotny_ryad", 55.757, 37.615, ""),
        ("kitay_gorod", 55.756, 37.632, ""),
        ("chistye_prudy", 55.765, 37.638, ""),
        ("krasnye_vorota", 55.768, 37.648, ""),
        ("sukharevskaya", 55.772, 37.633, ""),
        ("tsvetnoy_bulvar", 55.772, 37.620, ""),
        ("tverskaya", 55.765, 37.604, ""),
        ("mayakovskaya", 55.770, 37.596, ""),
        ("arbatskaya", 55.752, 37.602, ""),
        ("smolenskaya", 55.748, 37.583, ""),
        ("kropotkinskaya", 55.745, 37.604, ""),
        ("park_kultury", 55.736, 37.594, "circle"),
        ("frunzenskaya", 55.727, 37.580, ""),
        ("sportivnaya", 55.722, 37.562, ""),
        ("polyanka", 55.737, 37.619, ""),
        ("tretyakovskaya", 55.741, 37.626, ""),
        ("oktyabrskaya", 55.730, 37.612, "circle"),
        ("dobryninskaya", 55.729, 37.623, "circle"),
        ("paveletskaya", 55.731, 37.637, "circle"),
        ("taganskaya", 55.741, 37.653, "circle"),
        ("kurskaya", 55.759, 37.660, "circle"),
        ("baumanskaya", 55.772, 37.679, ""),
        ("prospekt_mira", 55.780, 37.633, "circle"),
        ("novoslobodskaya", 55.780, 37.601, "circle"),
        ("belorusskaya", 55.776, 37.582, "circle"),
        ("barrikadnaya", 55.761, 37.580, "circle"),
        ("ulitsa_1905_goda", 55.764, 37.562, ""),
        ("mezhdunarodnaya", 55.748, 37.533, ""),
    ),
    "sao": (
        ("dinamo", 55.790, 37.558, ""),
        ("begovaya", 55.774, 37.546, ""),
        ("polezhaevskaya", 55.777, 37.518, ""),
        ("aeroport", 55.800, 37.530, ""),
        ("sokol", 55.806, 37.515, ""),
        ("voykovskaya", 55.819, 37.498, ""),
        ("vodny_stadion", 55.839, 37.488, ""),
        ("rechnoy_vokzal", 55.854, 37.477, ""),
        ("koptevo", 55.840, 37.520, ""),
        ("dmitrovskaya", 55.808, 37.582, ""),
        ("timiryazevskaya", 55.819, 37.574, ""),
        ("petrovsko_razumovskaya", 55.837, 37.576, ""),
    ),
    "svao": (
        ("maryina_roshcha", 55.794, 37.616, "big_circle"),
        ("alekseevskaya", 55.808, 37.639, ""),
        ("vdnkh", 55.820, 37.641, ""),
        ("botanichesky_sad", 55.845, 37.638, ""),
        ("sviblovo", 55.856, 37.653, ""),
        ("babushkinskaya", 55.871, 37.664, ""),
        ("medvedkovo", 55.888, 37.662, ""),
        ("fonvizinskaya", 55.823, 37.588, ""),
        ("vladykino", 55.848, 37.590, ""),
        ("otradnoe", 55.864, 37.605, ""),
        ("bibirevo", 55.884, 37.603, ""),
        ("altufyevo", 55.899, 37.586, ""),
    ),
    "vao": (
        ("sokolniki", 55.789, 37.680, "big_circle"),
        ("preobrazhenskaya_ploshchad", 55.796, 37.714, ""),
        ("bulvar_rokossovskogo", 55.815, 37.732, ""),
        ("semyonovskaya", 55.783, 37.719, ""),
        ("izmaylovskaya", 55.788, 37.780, ""),
        ("pervomayskaya", 55.794, 37.799, ""),
        ("shchyolkovskaya", 55.810, 37.798, ""),
        ("shosse_entuziastov", 55.758, 37.752, ""),
        ("perovo", 55.751, 37.784, ""),
        ("novogireevo", 55.752, 37.815, ""),
        ("novokosino", 55.745, 37.864, ""),
    ),
    "yuvao": (
        ("aviamotornaya", 55.752, 37.717, "big_circle"),
        ("dubrovka", 55.718, 37.676, ""),
        ("tekstilshchiki", 55.709, 37.732, "big_circle"),
        ("kuzminki", 55.705, 37.763, ""),
        ("ryazansky_prospekt", 55.716, 37.793, ""),
        ("vykhino", 55.716, 37.817, ""),
        ("lermontovsky_prospekt", 55.702, 37.851, ""),
        ("zhulebino", 55.685, 37.856, ""),
        ("pechatniki", 55.693, 37.728, "big_circle"),
        ("volzhskaya", 55.690, 37.754, ""),
        ("lyublino", 55.677, 37.762, ""),
        ("maryino", 55.649, 37.744, ""),
    ),
    "yuao": (
        ("shabolovskaya", 55.719, 37.608, ""),
        ("tulskaya", 55.710, 37.623, ""),
        ("avtozavodskaya", 55.707, 37.657, ""),
        ("tekhnopark", 55.695, 37.664, ""),
        ("nagatinskaya", 55.682, 37.621, ""),
        ("kolomenskaya", 55.677, 37.664, ""),
        ("kashirskaya", 55.655, 37.649, "big_circle"),
        ("varshavskaya", 55.653, 37.620, "big_circle"),
        ("kantemirovskaya", 55.636, 37.656, ""),
        ("tsaritsyno", 55.621, 37.670, ""),
        ("domodedovskaya", 55.610, 37.717, ""),
        ("alma_atinskaya", 55.633, 37.766, ""),
        ("chertanovskaya", 55.641, 37.606, ""),
        ("prazhskaya", 55.611, 37.602, ""),
        ("annino", 55.583, 37.597, ""),
    ),
    "yuzao": (
        ("leninsky_prospekt", 55.707, 37.585, ""),
        ("akademicheskaya", 55.687, 37.572, ""),
        ("profsoyuznaya", 55.678, 37.563, ""),
        ("universitet", 55.693, 37.535, ""),
        ("novye_cheryomushki", 55.670, 37.554, ""),
        ("kakhovskaya", 55.653, 37.597, "big_circle"),
        ("belyaevo", 55.642, 37.526, ""),
        ("konkovo", 55.632, 37.519, ""),
        ("yasenevo", 55.606, 37.533, ""),
        ("bulvar_dmitriya_donskogo", 55.568, 37.577, ""),
        ("buninskaya_alleya", 55.538, 37.516, ""),
    ),
    "zao": (
        ("kievskaya", 55.743, 37.565, "circle"),
        ("kutuzovskaya", 55.741, 37.534, ""),
        ("park_pobedy", 55.736, 37.517, ""),
        ("fili", 55.747, 37.514, ""),
        ("slavyansky_bulvar", 55.730, 37.471, ""),
        ("kuntsevskaya", 55.731, 37.446, "big_circle"),
        ("molodyozhnaya", 55.741, 37.416, ""),
        ("krylatskoe", 55.757, 37.408, ""),
        ("prospekt_vernadskogo", 55.677, 37.505, "big_circle"),
        ("yugo_zapadnaya", 55.663, 37.483, ""),
        ("troparyovo", 55.646, 37.473, ""),
    ),
    "szao": (
        ("oktyabrskoe_pole", 55.794, 37.493, ""),
        ("shchukinskaya", 55.809, 37.463, ""),
        ("tushinskaya", 55.825, 37.437, ""),
        ("skhodnenskaya", 55.849, 37.441, ""),
        ("planernaya", 55.860, 37.437, ""),
        ("strogino", 55.804, 37.402, ""),
        ("mitino", 55.846, 37.361, ""),
    ),
    "tinao": (
        ("rumyantsevo", 55.633, 37.442, ""),
        ("salaryevo", 55.623, 37.424, ""),
        ("kommunarka", 55.560, 37.469, ""),
    ),
}

STATIONS = tuple(
    Station(name, okrug, latitude, longitude, ring)
    for okrug, rows in _BY_OKRUG.items()
    for name, latitude, longitude, ring in rows
)
