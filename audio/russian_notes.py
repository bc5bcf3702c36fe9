"""What was understood of a person's own recordings, in Russian: see `common.translation`."""

_OF_A_FOLDER = {
    "{} speakers, one in each sub-folder": "говорящих: {}, по одному в каждой вложенной папке",
    "{} speakers by part {} of the files' names ({} and so on)": (
        "говорящих: {}, по части {} имени файла ({} и так далее)"
    ),
    "one speaker, for neither sub-folders nor names tell more": (
        "один говорящий: ни папки, ни имена не говорят о других"
    ),
    "the same voices are heard in training and test, so the figures say nothing of a stranger's "
    "voice": (
        "в обучающей и тестовой выборках одни и те же голоса, так что о чужом голосе показатели "
        "ничего не говорят"
    ),
    "too few recordings for the parts to share none, so they were cut into {}, each in one part": (
        "записей слишком мало, чтобы выборки не делили ни одной, поэтому они разрезаны: {}, каждый "
        "отрезок в одной выборке"
    ),
    "left out, for such files are not read: {}": "не взяты, такие файлы не читаются: {}",
    "left out, as copies of others: {}": "не взяты как копии других: {}",
    "recorded at {} Hz, converted to {} Hz": "записано с частотой {} Гц, пересчитано в {} Гц",
    "long; one clip in {} was taken": "записи длинные; взят один клип из {}",
    "for more the temporary folder (TMPDIR) has no room on a disk": (
        "на большее во временной папке (TMPDIR) не хватает места на диске"
    ),
    "{} left out": "{} не взято",
    "channels that differ, of which the mean is taken: {}, such as {}": (
        "каналы, непохожие друг на друга, взято их среднее: {}, например {}"
    ),
    "{} of {} s from {} at {} Hz": "{} по {} с, {}, {} Гц",
    "{} of {} files hold nothing but zeros for a large part: is a part of them missing?": (
        "в {} из {} файлов большая часть — одни нули: не потерялось ли что-то?"
    ),
    "{} of {} files hold nothing but zeros for a large part, as sounds do that were padded to one "
    "length": (
        "в {} из {} файлов большая часть — одни нули, как в звуках, дополненных до одной длины"
    ),
    "{}: its channels are opposite and would cancel out: one was taken": (
        "{}: каналы в противофазе и гасят друг друга: взят один"
    ),
}
PHRASES = {
    **{
        f"{what}: {english}": f"{whose}: {russian}"
        for what, whose in {"clean": "речь", "noise": "шум"}.items()
        for english, russian in _OF_A_FOLDER.items()
    },
    "if these are not the speakers, put each speaker into a sub-folder": (
        "если это не говорящие, положите каждого в отдельную папку"
    ),
    "where one channel is better, keep it alone": (
        "если один из каналов лучше, оставьте только его"
    ),
    "if there are several, put each into a sub-folder": (
        "если их несколько, положите каждого в отдельную папку"
    ),
    "level {} dB of full scale ({} to {})": (
        "уровень {} дБ относительно полной шкалы (от {} до {})"
    ),
    "clean: {} of {} clips sound like speech: is this the folder of clean speech?": (
        "речь: клипов, похожих на речь, {} из {}: та ли это папка?"
    ),
    "and {} on single files": "и ещё об отдельных файлах: {}",
    "{} more remark": "замечаний {}",
    "{} more remarks": "замечаний {}",
    "{} clip": "клипов: {}",
    "{} clips": "клипов: {}",
    "{} file": "файлов: {}",
    "{} files": "файлов: {}",
    "{} stretch": "отрезков: {}",
    "{} stretches": "отрезков: {}",
    "{} silent clip": "немых клипов: {}",
    "{} silent clips": "немых клипов: {}",
    "{} with voices and noises of its own: {} of speech, {} of noise": (
        "{} со своими голосами и шумами: речь — {}, шум — {}"
    ),
    "the split keeps each world together": "каждый целиком в одной выборке",
    "{}: goes above full scale, which {} cannot: made {} dB quieter": (
        "{}: выше полной шкалы, а {} так не может: тише на {} дБ"
    ),
    "a .wav keeps the level": ".wav сохраняет уровень",
    "{}: left out: {}": "{}: не взято: {}",
    # what is odd about a file
    "{}: holds {} sound tracks: the first was read": "{}: звуковых дорожек {}, прочитана первая",
    "{}: its sound begins {} s after the picture: silence stands there": (
        "{}: звук начинается через {} с после изображения, там тишина"
    ),
    "{}: cut short or damaged: {} s of the {} s that it promises were read": (
        "{}: обрезан или повреждён: прочитано {} с из обещанных {} с"
    ),
    "{}: {}, the first at {} s: taken as silence": "{}: {}, первый на {} с: приняты за тишину",
    "{} sample is no number": "отсчётов, которые не числа: {}",
    "{} samples are no numbers": "отсчётов, которые не числа: {}",
    "{}: damaged: a part of it could not be read": "{}: повреждён: часть не прочиталась",
    "{}: cut short or damaged: a part of it could not be read": (
        "{}: обрезан или повреждён: часть не прочиталась"
    ),
    "{}: cut short or damaged: its end is missing": "{}: обрезан или повреждён: нет конца",
    "{}: before each byte 10 stands a byte 13, as in a file that was carried as a text, which "
    "spoils it: fetch it again": (
        "{}: перед каждым байтом 10 стоит байт 13, как в файле, который передали как текст и тем "
        "испортили: скачайте заново"
    ),
    "{}: holds {} more bytes behind the {} that its header counts, which were not read: if they "
    "are sound, save it anew": (
        "{0}: за {2} байт, которые считает заголовок, в файле есть ещё {1}, они не прочитаны: если "
        "это звук, сохраните заново"
    ),
    "{}: its header says {} samples in a second, and its notes (iXML) {}: one of both is wrong, so "
    "it may play too fast or too slow": (
        "{}: в заголовке {} отсчётов в секунду, а в заметках (iXML) {}: что-то одно неверно, звук "
        "может звучать быстрее или медленнее, чем надо"
    ),
    "left out, as copies of others: {}": "не взяты как копии других: {}",
    "left out, for such files are not read: {}": "не взяты, такие файлы не читаются: {}",
    "{} without a suffix": "{} без расширения",
    "{}: another sound follows it in the same file, and was not read": (
        "{}: за ним в том же файле есть ещё звук, он не прочитан"
    ),
    "{}: silent from beginning to end": "{}: тишина от начала до конца",
    "{}: nothing is heard in channel {} of {}": "{}: ничего не слышно в канале {} из {}",
    "{}: clipped: {} of its samples stand at full scale": (
        "{}: перегрузка: {} отсчётов на полной шкале"
    ),
    "{}: clipped: its samples are cut off at {} of full scale": (
        "{}: перегрузка: отсчёты срезаны на {} полной шкалы"
    ),
    "{}: jumps from end to end of the scale, as samples without a sign do: save it anew": (
        "{}: скачет от края до края шкалы, как отсчёты без знака: сохраните его заново"
    ),
    **{
        f"{{}}: sounds as if its samples had {english}, and its header says otherwise: save it "
        "anew": f"{{}}: звучит так, будто отсчёты — {russian}, а в заголовке сказано другое: "
        "сохраните заново"
        for english, russian in {
            "8 bits with a sign": "8 бит со знаком",
            "8 bits without a sign": "8 бит без знака",
            "8 bits by µ-law": "8 бит по закону µ",
            "8 bits by A-law": "8 бит по закону A",
            "16 bits": "16 бит",
            "24 bits": "24 бита",
            "32 bits": "32 бита",
            "32 bits, whole numbers": "целые числа в 32 бита",
            "floating point": "числа с плавающей запятой",
        }.items()
    },
    "{}: sounds as if one channel were taken for two, which plays twice as fast: save it anew": (
        "{}: звучит так, будто один канал принят за два, то есть вдвое быстрее: сохраните заново"
    ),
    "{}: sounds as if two channels were taken for one, which plays half as fast: save it anew": (
        "{}: звучит так, будто два канала приняты за один, то есть вдвое медленнее: "
        "сохраните заново"
    ),
    "{}: sounds as if {} channels were taken for {}, which plays half as fast: save it anew": (
        "{}: звучит так, будто каналов {}, а приняты они за {}, то есть вдвое медленнее: сохраните "
        "заново"
    ),
    "{}: sounds as if it had {} of its {} channels, each spread over {}, so that it plays {} times "
    "as fast: save it anew": (
        "{}: звучит так, будто у него {} из его {} каналов, и каждый разнесён на {}, то есть "
        "быстрее (×{}): сохраните заново"
    ),
    "{}: is {} dB below full scale at its loudest, as {} bits in the lower part of {} are: is it "
    "so quiet?": (
        "{}: в самом громком месте на {} дБ ниже полной шкалы, как {} бит в нижней части из {}: "
        "так ли он тих?"
    ),
    "{}: each of its samples stands twice: two equal channels that were taken for one, or a rate "
    "that was doubled by repeating": (
        "{}: каждый отсчёт стоит дважды: два равных канала приняты за один или частота удвоена "
        "повторением"
    ),
    "{}: its times leap over {} s without a sound, and what follows stands earlier by that": (
        "{}: во времени пропуск в {} с без звука, и то, что после, стоит на столько раньше"
    ),
    "{}: its {} bits stand in the lower part of {}, which makes it {} dB too quiet: save it anew": (
        "{}: {} бит стоят в нижней части {}, отчего он на {} дБ тише, чем надо: сохраните заново"
    ),
    "{}: holds packed sound ({}), which hisses when it is taken for samples: unpack it with ffmpeg "
    "first": (
        "{}: в нём упакованный звук ({}), который шипит, если принять его за отсчёты: сначала "
        "распакуйте его через ffmpeg"
    ),
    "{}: hisses, but would not with the bytes of its samples in another order": (
        "{}: шипит, а с другим порядком байтов в отсчётах не шипел бы"
    ),
    "{}: holds nothing but zeros from {} s to {} s of {} s: is a part of it missing?": (
        "{}: одни нули с {} с по {} с из {} с: не потерялась ли часть?"
    ),
    "{}: its header says {} samples in a second and {} bytes, which are {} samples: one of both is "
    "wrong, so it may play too fast or too slow": (
        "{}: в заголовке {} отсчётов в секунду и {} байт, а это {} отсчётов: что-то одно неверно, "
        "звук может звучать быстрее или медленнее, чем надо"
    ),
    "{}: hisses from {} s on, and would not with its bytes one further on: a byte is missing "
    "there, or one too many": (
        "{}: шипит начиная с {} с, а со сдвигом на байт не шипел бы: там одного байта не хватает "
        "или один лишний"
    ),
    "{}: reaches {} times full scale, as whole numbers in a file of floating point do": (
        "{}: больше полной шкалы в {} раз, как целые числа в файле вещественных"
    ),
    "{}: its mean is {} and not 0 (an offset)": "{}: среднее {}, а не 0 (смещение)",
    "{} GB of sounds are more than is kept in memory": (
        "{} ГБ звука — больше, чем держится в памяти"
    ),
    "they lie in files of the temporary folder": "он лежит в файлах временной папки",
    "{} GB of sounds lie in memory: the temporary folder (TMPDIR) cannot hold them": (
        "{} ГБ звука лежат в памяти: временная папка (TMPDIR) их не вместит"
    ),
    "clips of {} s": "клипы по {} с",
    "speech for training has a loudness {} dB under full scale to the ear": (
        "громкость речи для обучения на слух на {} дБ ниже полной шкалы"
    ),
}
