"""What the lesson of sound says, in Russian: see `common.translation`."""

from audio import russian_errors, russian_notes

PHRASES = {
    **russian_errors.PHRASES,
    **russian_notes.PHRASES,
    "Speech denoising: a network, and losses that hear.": (
        "Очистка речи от шума: сеть и функции потерь, которые слышат."
    ),
    # the page
    "Take the noise out": "Убрать шум",
    "One network learns to take noise out of speech with several losses.": (
        "Одна и та же сеть учится убирать шум из речи с разными функциями потерь."
    ),
    "The standard one squares the difference of the waveforms, sample by sample, and does not "
    "hear; the others ask what an ear would: how much of what is left is speech, and how the "
    "spectra differ to a sense that follows loudness by its logarithm.": (
        "Стандартная возводит в квадрат разность сигналов, отсчёт за отсчётом, и ничего не слышит; "
        "другие спрашивают то, что спросило бы ухо: сколько в остатке речи и чем отличаются "
        "спектры для слуха, который чувствует логарифм громкости."
    ),
    "Speech of {} in noise of {}": "Речь: {}, шум: {}",
    "A network that was trained with the loss {} takes this noise out of this speech.": (
        "Сеть, обученная с функцией потерь {}, убирает этот шум из этой речи."
    ),
    "They were mixed by us, at {} to {} dB, so it is known what is clean.": (
        "Их смешали мы, от {} до {} дБ, поэтому чистая речь известна."
    ),
    "What was understood of the recordings, and whether training heard the same voices, stands "
    "under “How the data was read”.": (
        "Что понято из записей и слышало ли обучение те же голоса, сказано в разделе «Как "
        "прочитаны данные»."
    ),
    "SI-SDR, dB": "SI-SDR, дБ",
    "SI-SDR gained, dB": "прирост SI-SDR, дБ",
    "mixtures made worse, %": "смеси, которым стало хуже, %",
    "log-spectral distance, dB": "логарифмическое спектральное расстояние, дБ",
    "level, dB": "ошибка уровня, дБ",
    "noisy": "с шумом",
    "clean": "чистая",
    "subtraction": "вычитание спектров",
    "seconds": "секунды",
    "Speech in {}, {} dB": "Речь и шум «{}», {} дБ",
    "Left the waveforms, right log-mel spectrograms: time to the right, pitch upwards, the darker "
    "the louder.": (
        "Слева сигналы, справа log-mel спектрограммы: время вправо, высота вверх, темнее — громче."
    ),
    "SI-SDR gained, dB: {}.": "Прирост SI-SDR, дБ: {}.",
    "kHz": "кГц",
    "Listen to all of them; the volume is the same.": "Послушайте все; громкость одинакова.",
    "signal-to-noise ratio of the mixture, dB": "отношение сигнал/шум в смеси, дБ",
    "Gain by how noisy it was": "Прирост и сила шума",
    "The noisier a mixture, the more there is to gain.": (
        "Чем больше в смеси шума, тем больше можно выиграть."
    ),
    "Below the line a sound was made worse.": "Ниже прямой звук стал хуже.",
    "Gain by noise": "Прирост по видам шума",
    "SI-SDR gained, in decibels, by the noise: which is hard to take out, and where was harm "
    "done?": ("Прирост SI-SDR в децибелах по видам шума: какой убрать трудно и где стало хуже?"),
    "noise": "шум",
    "mixtures": "смесей",
    # how the data was read
    "{} world": "миров: {}",
    "{} worlds": "миров: {}",
    "{} group": "групп: {}",
    "{} groups": "групп: {}",
    "{} with voices and noises of its own: {} of speech, {} of noise; the split keeps each world "
    "together": (
        "{}, у каждого свои голоса и шумы; речь — {}, шум — групп: {}; разбиение не делит мир"
    ),
    "the speech is spoken by eSpeak NG with {} voices and the noise is made by code: no person and "
    "no place is heard": (
        "речь произносит eSpeak NG, голосов: {}, а шум создан кодом: не слышно ни человека, "
        "ни места"
    ),
    "clips of {} s; speech for training has a loudness {} dB under full scale to the ear": (
        "отрезки по {} с; речь в обучении на слух на {} дБ тише полной шкалы"
    ),
    "training mixes {} s of speech and noise anew in every epoch, at {} to {} dB, each with a "
    "colour of its own": (
        "обучение каждую эпоху заново смешивает по {} с речи и шума, от {} до {} дБ, с разной "
        "окраской"
    ),
    # --help
    "folder of clean speech (default: speech spoken by eSpeak NG)": (
        "папка с чистой речью (обычно речь eSpeak NG)"
    ),
    "folder of noise (default: noises made by code)": "папка с шумами (обычно созданные кодом)",
    "loss to train with: mse, si_sdr, stft, mel, hearing": (
        "функция потерь: mse, si_sdr, stft, mel, hearing"
    ),
    "number of recurrent layers": "число рекуррентных слоёв",
    "neurons in each layer": "нейронов в каждом слое",
    "clips in one training step": "размер батча: отрезков в одном шаге обучения",
    "never look ahead: for sound that is cleaned while it is spoken": (
        "не смотреть вперёд: для звука, который чистят, пока говорят"
    ),
    # usual mistakes
    "name both folders to examine: --clean DIR and --noise DIR": (
        "назовите для проверки обе папки: --clean DIR и --noise DIR"
    ),
    "{}: is the file to be cleaned; name another to write": (
        "{}: этот файл чистят; назовите другой для записи"
    ),
    # the comparison
    "none: FLAML and AutoKeras answer with a class or a number, not with a sound; here the "
    "autopilot searches": (
        "нет: FLAML и AutoKeras отвечают классом или числом, а не звуком; здесь ищет autopilot"
    ),
    # the page of a served run
    "Record a few words or drop a recording, and a network takes the noise out.": (
        "Запишите несколько слов или перетащите запись, и сеть уберёт шум."
    ),
    "Hear both, and see what was taken out.": "Послушайте обе и посмотрите, что убрано.",
    "A recording": "Запись",
    "Record from the microphone": "Записать с микрофона",
    "Stop and clean": "Остановить и очистить",
    "Or drop a file here, or choose one: WAV, FLAC, OGG, MP3, M4A, WebM, or a video; up to {} "
    "minutes.": (
        "Или перетащите файл сюда, или выберите его: WAV, FLAC, OGG, MP3, M4A, WebM или видео, "
        "до {} минут."
    ),
    "Before": "До",
    "After": "После",
    "Spectrogram of the recording before": "Спектрограмма записи до очистки",
    "Spectrogram of the recording after": "Спектрограмма записи после очистки",
    "Spectrograms: time to the right, pitch upwards to 8 kHz, the darker the louder; both on one "
    "scale.": (
        "Спектрограммы: время вправо, высота вверх до 8 кГц, чем темнее, тем громче; шкала общая."
    ),
    "The microphone cannot be used: allow it, and open the page at localhost or by https.": (
        "Микрофон недоступен: разрешите его и откройте страницу на localhost или по https."
    ),
    "recording": "запись",
    "{} s cleaned in {} ({} Hz, {}, {} dB of full scale)": (
        "очищено {} с: {} ({} Гц, {}, {} дБ от полной шкалы)"
    ),
    "{} s cleaned in {} ({} Hz, {}, silence)": "очищено {} с: {} ({} Гц, {}, тишина)",
    "{} channel": "каналов: {}",
    "{} channels": "каналов: {}",
    "the recording is longer than {} seconds, the limit here": (
        "запись длиннее {} с, здесь это предел"
    ),
}
