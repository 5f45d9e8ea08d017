"""Return codes and their texts in the guest's language, and the texts of ticket templates.

The manual gives 0 (OK) and 1 (general or unknown error) and leaves the others to its SDK: every other number here is ASSUMED.
"""

from __future__ import annotations

from collections.abc import Iterable

from portal.simulators.iacbox.tickets import Template

OK, GENERAL = 0, 1
UNKNOWN_CLIENT, VERSION, FIELDS, REPLAYED = 2, 3, 4, 5
WRONG_PASSWORD, EXPIRED, USED_UP, TOO_MANY, FREE_USED, NO_TEMPLATE = 12, 13, 14, 15, 16, 17
FULL_HOUSE = 18
NO_GUEST, NO_PMS = 21, 22

# A language's texts in the order of these codes.
ORDER = (
    OK,
    GENERAL,
    UNKNOWN_CLIENT,
    REPLAYED,
    WRONG_PASSWORD,
    EXPIRED,
    USED_UP,
    TOO_MANY,
    FREE_USED,
    NO_TEMPLATE,
    NO_GUEST,
    FULL_HOUSE,
    NO_PMS,
)
SAME_TEXT = {VERSION: GENERAL, FIELDS: GENERAL}

MESSAGES = {
    "en": (
        "You are online now.",
        "The login failed. Please try again.",
        "Your device is not known here. Please reconnect to the Wi-Fi.",
        "This link has been used already. Please start again.",
        "Wrong username or password.",
        "This ticket has expired.",
        "This ticket is used up.",
        "This ticket is in use on too many devices.",
        "Your free time for today is used up.",
        "This ticket is not available.",
        "We found no guest with these details.",
        "All places are taken at the moment. Please try again later.",
        "The hotel's system cannot be reached at the moment.",
    ),
    "de": (
        "Sie sind jetzt online.",
        "Die Anmeldung ist fehlgeschlagen. Bitte versuchen Sie es noch einmal.",
        "Ihr Gerät ist hier nicht bekannt. Bitte verbinden Sie sich neu mit dem WLAN.",
        "Dieser Link wurde schon benutzt. Bitte beginnen Sie von vorn.",
        "Benutzername oder Kennwort ist falsch.",
        "Dieses Ticket ist abgelaufen.",
        "Dieses Ticket ist aufgebraucht.",
        "Dieses Ticket wird auf zu vielen Geräten benutzt.",
        "Ihre freie Zeit für heute ist aufgebraucht.",
        "Dieses Ticket ist nicht verfügbar.",
        "Wir haben keinen Gast mit diesen Angaben gefunden.",
        "Zurzeit sind alle Plätze belegt. Bitte versuchen Sie es später noch einmal.",
        "Das System des Hotels ist zurzeit nicht erreichbar.",
    ),
    "fr": (
        "Vous êtes maintenant en ligne.",
        "La connexion a échoué. Veuillez réessayer.",
        "Votre appareil n’est pas connu ici. Veuillez vous reconnecter au Wi-Fi.",
        "Ce lien a déjà été utilisé. Veuillez recommencer.",
        "Nom d’utilisateur ou mot de passe incorrect.",
        "Ce ticket a expiré.",
        "Ce ticket est épuisé.",
        "Ce ticket est utilisé sur trop d’appareils.",
        "Votre temps gratuit d’aujourd’hui est épuisé.",
        "Ce ticket n’est pas disponible.",
        "Aucun client ne correspond à ces indications.",
        "Toutes les places sont prises pour le moment. Veuillez réessayer plus tard.",
        "Le système de l’hôtel est injoignable pour le moment.",
    ),
    "it": (
        "Ora è online.",
        "Accesso non riuscito. Riprovi, per favore.",
        "Il dispositivo non è riconosciuto. Si ricolleghi al Wi-Fi.",
        "Questo link è già stato usato. Ricominci da capo.",
        "Nome utente o password errati.",
        "Questo ticket è scaduto.",
        "Questo ticket è esaurito.",
        "Questo ticket è in uso su troppi dispositivi.",
        "Il tempo gratuito di oggi è esaurito.",
        "Questo ticket non è disponibile.",
        "Nessun ospite corrisponde a questi dati.",
        "Al momento tutti i posti sono occupati. Riprovi più tardi.",
        "Il sistema dell'hotel non è raggiungibile al momento.",
    ),
    "es": (
        "Ya está en línea.",
        "No se pudo iniciar la sesión. Inténtelo de nuevo.",
        "Su dispositivo no es conocido aquí. Vuelva a conectarse a la wifi.",
        "Este enlace ya se ha utilizado. Empiece de nuevo.",
        "Usuario o contraseña incorrectos.",
        "Este tique ha caducado.",
        "Este tique está agotado.",
        "Este tique se usa en demasiados dispositivos.",
        "Su tiempo gratuito de hoy está agotado.",
        "Este tique no está disponible.",
        "No hemos encontrado ningún huésped con estos datos.",
        "En este momento no quedan plazas. Inténtelo más tarde.",
        "En este momento no se puede acceder al sistema del hotel.",
    ),
    "nl": (
        "U bent nu online.",
        "Het aanmelden is mislukt. Probeer het opnieuw.",
        "Uw apparaat is hier niet bekend. Maak opnieuw verbinding met de wifi.",
        "Deze link is al gebruikt. Begin opnieuw.",
        "Gebruikersnaam of wachtwoord is onjuist.",
        "Dit ticket is verlopen.",
        "Dit ticket is verbruikt.",
        "Dit ticket wordt op te veel apparaten gebruikt.",
        "Uw gratis tijd voor vandaag is verbruikt.",
        "Dit ticket is niet beschikbaar.",
        "We hebben geen gast met deze gegevens gevonden.",
        "Op dit moment zijn alle plaatsen bezet. Probeer het later opnieuw.",
        "Het systeem van het hotel is op dit moment niet bereikbaar.",
    ),
    "pl": (
        "Jesteś teraz online.",
        "Logowanie nie powiodło się. Spróbuj ponownie.",
        "To urządzenie nie jest tu znane. Połącz się ponownie z Wi-Fi.",
        "Ten link został już użyty. Zacznij od nowa.",
        "Nieprawidłowa nazwa użytkownika lub hasło.",
        "Ten bilet wygasł.",
        "Ten bilet został wykorzystany.",
        "Ten bilet jest używany na zbyt wielu urządzeniach.",
        "Dzisiejszy darmowy czas został wykorzystany.",
        "Ten bilet jest niedostępny.",
        "Nie znaleźliśmy gościa o tych danych.",
        "W tej chwili wszystkie miejsca są zajęte. Spróbuj ponownie później.",
        "System hotelowy jest w tej chwili niedostępny.",
    ),
    "pt": (
        "Já está online.",
        "O início de sessão falhou. Tente novamente.",
        "O seu dispositivo não é conhecido aqui. Volte a ligar-se ao Wi-Fi.",
        "Esta ligação já foi usada. Comece de novo.",
        "Nome de utilizador ou palavra-passe incorretos.",
        "Este bilhete expirou.",
        "Este bilhete está esgotado.",
        "Este bilhete está em uso em demasiados dispositivos.",
        "O seu tempo grátis de hoje está esgotado.",
        "Este bilhete não está disponível.",
        "Não encontrámos nenhum hóspede com estes dados.",
        "De momento, todos os lugares estão ocupados. Tente mais tarde.",
        "De momento, não é possível aceder ao sistema do hotel.",
    ),
    "ru": (
        "Вы в сети.",
        "Не удалось войти. Попробуйте ещё раз.",
        "Ваше устройство здесь неизвестно. Подключитесь к Wi-Fi заново.",
        "Эта ссылка уже использована. Начните сначала.",
        "Неверное имя пользователя или пароль.",
        "Срок действия билета истёк.",
        "Билет использован полностью.",
        "Билет используется на слишком многих устройствах.",
        "Бесплатное время на сегодня закончилось.",
        "Этот билет недоступен.",
        "Гость с такими данными не найден.",
        "Сейчас все места заняты. Повторите попытку позже.",
        "Система отеля сейчас недоступна.",
    ),
    "ja": (
        "インターネットに接続されました。",
        "ログインできませんでした。もう一度お試しください。",
        "この端末は登録されていません。Wi-Fiに接続し直してください。",
        "このリンクはすでに使用されています。最初からやり直してください。",
        "ユーザー名またはパスワードが違います。",
        "このチケットは有効期限が切れています。",
        "このチケットは使い切られています。",
        "このチケットは使用中の端末が多すぎます。",
        "本日の無料時間は終了しました。",
        "このチケットは利用できません。",
        "入力された情報に一致するお客様が見つかりません。",
        "現在満員です。しばらくしてからもう一度お試しください。",
        "現在、ホテルのシステムに接続できません。",
    ),
    "zh": (
        "您已上网。",
        "登录失败，请重试。",
        "此设备尚未识别，请重新连接无线网络。",
        "此链接已被使用，请重新开始。",
        "用户名或密码错误。",
        "此上网券已过期。",
        "此上网券已用完。",
        "使用此上网券的设备过多。",
        "您今天的免费时间已用完。",
        "此上网券不可用。",
        "未找到与这些信息相符的客人。",
        "目前名额已满，请稍后再试。",
        "目前无法连接酒店系统。",
    ),
    "ko": (
        "인터넷에 연결되었습니다.",
        "로그인하지 못했습니다. 다시 시도해 주세요.",
        "등록되지 않은 기기입니다. Wi-Fi에 다시 연결해 주세요.",
        "이미 사용된 링크입니다. 처음부터 다시 시작해 주세요.",
        "사용자 이름 또는 비밀번호가 올바르지 않습니다.",
        "이용권의 기간이 만료되었습니다.",
        "이용권을 모두 사용했습니다.",
        "이 이용권을 사용 중인 기기가 너무 많습니다.",
        "오늘의 무료 시간을 모두 사용했습니다.",
        "이 이용권은 사용할 수 없습니다.",
        "입력한 정보와 일치하는 투숙객을 찾을 수 없습니다.",
        "현재 빈자리가 없습니다. 나중에 다시 시도해 주십시오.",
        "현재 호텔 시스템에 연결할 수 없습니다.",
    ),
    "ar": (
        "أنت متصل الآن بالإنترنت.",
        "تعذّر تسجيل الدخول. يرجى المحاولة مرة أخرى.",
        "جهازك غير معروف هنا. يرجى إعادة الاتصال بشبكة Wi-Fi.",
        "تم استخدام هذا الرابط من قبل. يرجى البدء من جديد.",
        "اسم المستخدم أو كلمة المرور غير صحيحة.",
        "انتهت صلاحية هذه التذكرة.",
        "تم استهلاك هذه التذكرة.",
        "هذه التذكرة مستخدمة على عدد كبير جدًا من الأجهزة.",
        "انتهى وقتك المجاني لهذا اليوم.",
        "هذه التذكرة غير متاحة.",
        "لم نجد ضيفًا بهذه البيانات.",
        "جميع الأماكن مشغولة حاليًا. حاول مرة أخرى لاحقًا.",
        "لا يمكن الوصول إلى نظام الفندق حاليًا.",
    ),
    "th": (
        "คุณออนไลน์แล้ว",
        "เข้าสู่ระบบไม่สำเร็จ โปรดลองอีกครั้ง",
        "ไม่รู้จักอุปกรณ์ของคุณ โปรดเชื่อมต่อ Wi-Fi ใหม่",
        "ลิงก์นี้ถูกใช้ไปแล้ว โปรดเริ่มต้นใหม่",
        "ชื่อผู้ใช้หรือรหัสผ่านไม่ถูกต้อง",
        "บัตรนี้หมดอายุแล้ว",
        "บัตรนี้ถูกใช้หมดแล้ว",
        "บัตรนี้ใช้อยู่บนอุปกรณ์มากเกินไป",
        "เวลาใช้งานฟรีของวันนี้หมดแล้ว",
        "บัตรนี้ใช้ไม่ได้",
        "ไม่พบผู้เข้าพักที่มีข้อมูลนี้",
        "ขณะนี้เต็มทุกที่ โปรดลองอีกครั้งภายหลัง",
        "ขณะนี้ไม่สามารถติดต่อระบบของโรงแรมได้",
    ),
    "id": (
        "Anda sekarang online.",
        "Gagal masuk. Silakan coba lagi.",
        "Perangkat Anda tidak dikenal di sini. Sambungkan kembali ke Wi-Fi.",
        "Tautan ini sudah digunakan. Silakan mulai lagi.",
        "Nama pengguna atau kata sandi salah.",
        "Tiket ini sudah kedaluwarsa.",
        "Tiket ini sudah habis.",
        "Tiket ini digunakan di terlalu banyak perangkat.",
        "Waktu gratis Anda hari ini sudah habis.",
        "Tiket ini tidak tersedia.",
        "Tidak ada tamu dengan data ini.",
        "Saat ini semua tempat terisi. Silakan coba lagi nanti.",
        "Sistem hotel sedang tidak dapat dihubungi.",
    ),
}

# type, flat rate, time credit, minutes, expires, days, upload, download, volume
TEMPLATE_TEXTS = {
    "en": ("Ticket Type", "Flat Rate", "Time credit", "Minutes", "Expires", "Days",
           "Max. upload bandwidth", "Max. download bandwidth", "Session Limit"),
    "de": ("Ticketart", "Flatrate", "Zeitguthaben", "Minuten", "Läuft ab nach", "Tagen",
           "Max. Upload-Bandbreite", "Max. Download-Bandbreite", "Limit je Sitzung"),
    "fr": ("Type de ticket", "Forfait", "Crédit de temps", "minutes", "Expire après", "jours",
           "Débit montant max.", "Débit descendant max.", "Limite par session"),
    "it": ("Tipo di ticket", "Flat", "Credito di tempo", "minuti", "Scade dopo", "giorni",
           "Banda max. in upload", "Banda max. in download", "Limite per sessione"),
    "es": ("Tipo de tique", "Tarifa plana", "Crédito de tiempo", "minutos", "Caduca a los", "días",
           "Ancho de banda máx. de subida", "Ancho de banda máx. de bajada", "Límite por sesión"),
}  # fmt: skip


def message(code: int, language: str, available: Iterable[str]) -> str:
    """The text of a return code; English where the box has not got the language, the general text for a code
    of the SDK that this box never gives by itself."""
    texts = MESSAGES[language if language in MESSAGES and language in available else "en"]
    return texts[ORDER.index(SAME_TEXT.get(code, code if code in ORDER else GENERAL))]


def ticket(template: Template, language: str) -> dict[str, str | int]:
    """A template as one entry of ``tt``, the texts in a language of :data:`TEMPLATE_TEXTS`."""
    entry: dict[str, str | int] = {"id": template.id, "name": template.name}
    if not template.details:
        return entry
    kind, flat, credit, minutes, expires, days, upload, download, limit = TEMPLATE_TEXTS[language]
    entry["price"] = f"{template.price / 100:.2f} EUR"
    entry["txttyp"] = f"{kind}: {flat}"
    if template.seconds is not None:
        entry["lifetime"] = f"{credit}: {template.seconds // 60} {minutes}"
    entry["expires"] = f"{expires}: {template.days} {days}"
    entry["bw_out"] = f"{upload}: {template.up} kBit/s"
    entry["bw_in"] = f"{download}: {template.down} kBit/s"
    if template.volume is not None:
        entry["session_limit"] = f"{limit}: {template.volume} MB"
    return entry


def preferred(accept_language: str, available: Iterable[str]) -> str:
    """The language of a browser's Accept-Language that the box has, by quality then order, else English."""
    wishes: list[tuple[float, str]] = []
    for piece in accept_language.replace(" ", "").split(","):
        tag, _, quality = piece.partition(";q=")
        try:
            wishes.append((float(quality or 1), tag.strip().lower().partition("-")[0]))
        except ValueError:
            continue
    choice = set(available)
    ordered = sorted(wishes, key=lambda wish: -wish[0])
    return next((tag for quality, tag in ordered if quality > 0 and tag in choice), "en")
