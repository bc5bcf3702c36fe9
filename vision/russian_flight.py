"""What is said of flights, in Russian: by `python -m vision fly`, and of a landing on the page."""

PHRASES = {
    # the page
    "A simulated landing": "Посадка в симуляции",
    "From {} metres over land that is in no part of the data, flown by the network trained with "
    "{}: a thin ring is what may be the pad, a thick one with a cross what the autopilot is "
    "told.": (
        "С {} метров над местностью, которой нет в данных; ведёт сеть, обученная с {}: тонким "
        "кругом обведено то, что может быть площадкой, толстым с крестом — о чём сообщено "
        "автопилоту."
    ),
    "It landed on the pad.": "Аппарат сел на площадку.",
    "It landed on a look-alike.": "Аппарат сел на похожий предмет.",
    "It landed beside the pad.": "Аппарат сел рядом с площадкой.",
    "It did not land.": "Аппарат не сел.",
    "The film is flight.mp4 in the folder extras.": "Фильм: flight.mp4 в папке extras.",
    # fly
    "a camera's number, a video file, a stream such as rtsp://…, or sim:SEED, a simulated "
    "landing": (
        "номер камеры, файл видео, поток, например rtsp://…, или sim:SEED — посадка в симуляции"
    ),
    "where the autopilot is: udpout:HOST:PORT, udpin:HOST:PORT, tcp:HOST:PORT or a serial port "
    "(default: udpout:127.0.0.1:14550; of a simulation, its own autopilot alone)": (
        "где автопилот: udpout:HOST:PORT, udpin:HOST:PORT, tcp:HOST:PORT или последовательный порт "
        "(обычно udpout:127.0.0.1:14550; в симуляции — только её собственный автопилот)"
    ),
    "who is told: ardupilot, px4": "кому сообщать: ardupilot, px4",
    "degrees that the camera sees from left to right": (
        "угол зрения камеры по горизонтали, в градусах"
    ),
    "the camera's calibration as OpenCV writes it, in place of --fov": (
        "калибровка камеры, как её записывает OpenCV, вместо --fov"
    ),
    "class of the run to land on": "класс прогона, на который садиться",
    "probability above which a pixel is a pad (default: as the training chose)": (
        "вероятность, выше которой пиксель — площадка (обычно — как выбрано при обучении)"
    ),
    "messages in a second at most": "сообщений в секунду, не больше",
    "end after so many seconds": "закончить через столько секунд",
    "write a line of JSON for each frame": "писать строку JSON о каждом кадре",
    "write a film of what was seen, .mp4": "снять фильм об увиденном, .mp4",
    "send nothing": "ничего не отправлять",
    "--camera is missing: a camera's number, a video file, rtsp://… or sim:SEED": (
        "нет --camera: номер камеры, файл видео, rtsp://… или sim:SEED"
    ),
    "--camera {}: neither a camera's number, a stream such as rtsp://…, sim:SEED nor a video file "
    "that is there": (
        "--camera {}: не номер камеры, не поток вроде rtsp://…, не sim:SEED, и такого видео нет"
    ),
    "camera {}: cannot be opened; is one connected, and does no other program use it?": (
        "камера {}: не открывается; подключена ли она и не занята ли другой программой?"
    ),
    "{}: cannot be opened; is it there, and does it send a video?": (
        "{}: не открывается; есть ли он и передаёт ли видео?"
    ),
    "the run finds {}, and no pad; --target says which of these to land on": (
        "прогон ищет: {}, а не площадки (pad); на что садиться, скажет --target"
    ),
    "--target {}: the run finds {}": "--target {}: прогон ищет {}",
    "the simulated vehicle obeys as ArduPilot does; leave out --autopilot": (
        "аппарат в симуляции слушается как ArduPilot; уберите --autopilot"
    ),
    "{}: an autopilot answers": "{}: автопилот отвечает",
    "{}: nobody answers, no heartbeat of an autopilot in {} seconds; messages go on": (
        "{}: никто не отвечает, за {} с нет heartbeat автопилота; сообщения идут дальше"
    ),
    "{}: no frames come any more; connecting again": "{}: кадров больше нет; соединяюсь снова",
    "{}: connected again": "{}: соединение восстановлено",
    "{}: no frame in {} seconds; nothing is said": "{}: за {} с ни одного кадра; молчу",
    "{}: is over": "{}: закончилось",
    "ended by Ctrl+C": "остановлено клавишами Ctrl+C",
    "frames are {} pixels now, they were {}": "кадры теперь {} пикселей, были {}",
    "the calibration is of {} pixels, the frames are {}: calibrate at the size, or the "
    "proportions, that the camera flies with": (
        "калибровка для {} пикселей, а кадры {}: калибруйте при размере или пропорциях полёта"
    ),
    "the calibration is of {} pixels, the frames are {}: calibrate at the size, or the "
    "proportions, that the camera flies with; nothing is said": (
        "калибровка для {} пикселей, а кадры {}: калибруйте при размере или пропорциях полёта; "
        "молчу"
    ),
    "{} frame": "кадров: {}",
    "{} frames": "кадров: {}",
    "{} in {} s; the pad was reported in {}": "{} за {} с; о площадке сообщено: {}",
    "PX4 wants a position: no ATTITUDE and LOCAL_POSITION_NED were heard in {}, and nothing was "
    "sent then": (
        "PX4 нужно положение: без ATTITUDE и LOCAL_POSITION_NED ничего не отправлено, {}"
    ),
    "from a picture to its message: {} ms (median), {} ms (95 %); set PLND_LAG to {}, and more "
    "where the camera itself is late": (
        "от снимка до сообщения: {} мс (медиана), {} мс (95 %); PLND_LAG {}, а если задерживает и "
        "сама камера — больше"
    ),
    "that is later than ArduPilot can make good, {} s: take a smaller network": (
        "ArduPilot возмещает не больше {} с: возьмите сеть поменьше"
    ),
    "{} frames a second: a landing wants {} or more": (
        "кадров в секунду: {}; для посадки нужно {} или больше"
    ),
    "a simulated landing from {} m, {}, messages {} ms late": (
        "посадка в симуляции с {} м, погода {}, сообщения опаздывают на {} мс"
    ),
    "landed on the pad": "сел на площадку",
    "landed on a look-alike": "сел на похожий предмет",
    "landed beside the pad": "сел мимо площадки",
    "did not land": "не сел",
    "after {} s, {} m from the pad's middle": "через {} с, {} м от середины площадки",
    "after {} s": "через {} с",
    "the network takes {} ms for a frame": "сети нужно {} мс на кадр",
    # why a flight does not begin
    "the run finds {}, and no {}; --target says which of these to land on": (
        "прогон находит {}, но не {}; на что садиться, говорит --target"
    ),
    "{}: not a calibration by OpenCV, expected YAML, XML or JSON with {}": (
        "{}: это не калибровка из OpenCV, нужен YAML, XML или JSON с {}"
    ),
    "{}: too large for a calibration": "{}: для калибровки слишком велик",
    "--mavlink {}: no address; expected udpout:HOST:PORT, udpin:HOST:PORT, tcp:HOST:PORT or a "
    "serial port such as /dev/ttyAMA0": (
        "--mavlink {}: не адрес; нужен udpout:HOST:PORT, udpin:HOST:PORT, tcp:HOST:PORT или "
        "последовательный порт, например /dev/ttyAMA0"
    ),
    "--mavlink {}: expected {}HOST:PORT": "--mavlink {}: нужно {}HOST:PORT",
    "a serial port needs pyserial: python -m pip install pyserial": (
        "последовательному порту нужен pyserial: python -m pip install pyserial"
    ),
    "--mavlink {}: cannot be opened ({})": "--mavlink {}: не открывается ({})",
    "--mavlink {}: there is no host {}": "--mavlink {}: нет узла {}",
    "--camera {}: expected sim: and a whole number": "--camera {}: нужно sim: и целое число",
    "--dry-run sends nothing; leave out --mavlink": (
        "--dry-run ничего не отправляет; уберите --mavlink"
    ),
}
