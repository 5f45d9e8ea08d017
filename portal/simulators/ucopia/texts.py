"""What a simulated controller says to guests: policies in 16 languages, labels of personal fields."""

from __future__ import annotations

# Table 4, in the order of the manual's example.
LANGUAGES = (
    "fr", "de", "en", "es", "it", "nl", "pt", "pl", "zh_CN", "zh_TW", "ar", "ko", "ja", "th", "ru", "id",
)  # fmt: skip

# For each language: the global policy of the network, then the policy on personal data of a mode.
POLICIES: dict[str, tuple[str, str]] = {
    "ar": ("أوافق على شروط استخدام هذه الشبكة.", "أوافق على حفظ بياناتي من أجل هذا الاتصال."),
    "de": (
        "Ich nehme die Nutzungsbedingungen dieses Netzes an.",
        "Ich willige ein, dass meine Daten für diesen Zugang gespeichert werden.",
    ),
    "en": ("I accept the terms of use of this network.", "I agree that my data are kept for this access."),
    "es": (
        "Acepto las condiciones de uso de esta red.",
        "Acepto que mis datos se conserven para este acceso.",
    ),
    "fr": (
        "J'accepte les conditions d'utilisation de ce réseau.",
        "J'accepte que mes données soient conservées pour cet accès.",
    ),
    "id": (
        "Saya menerima ketentuan penggunaan jaringan ini.",
        "Saya setuju data saya disimpan untuk akses ini.",
    ),
    "it": (
        "Accetto le condizioni d'uso di questa rete.",
        "Acconsento alla conservazione dei miei dati per questo accesso.",
    ),
    "ja": (
        "このネットワークの利用規約に同意します。",
        "このアクセスのためにデータが保存されることに同意します。",
    ),
    "ko": ("이 네트워크의 이용 약관에 동의합니다.", "이 접속을 위해 내 데이터를 보관하는 데 동의합니다."),
    "nl": (
        "Ik aanvaard de gebruiksvoorwaarden van dit netwerk.",
        "Ik ga ermee akkoord dat mijn gegevens voor deze toegang worden bewaard.",
    ),
    "pl": (
        "Akceptuję warunki korzystania z tej sieci.",
        "Zgadzam się na przechowywanie moich danych na potrzeby tego dostępu.",
    ),
    "pt": (
        "Aceito as condições de utilização desta rede.",
        "Concordo que os meus dados sejam guardados para este acesso.",
    ),
    "ru": (
        "Я принимаю условия использования этой сети.",
        "Я согласен на хранение моих данных для этого доступа.",
    ),
    "th": ("ฉันยอมรับข้อกำหนดการใช้เครือข่ายนี้", "ฉันยินยอมให้เก็บข้อมูลของฉันสำหรับการใช้งานนี้"),
    "zh_CN": ("我接受本网络的使用条款。", "我同意为此次接入保存我的数据。"),
    "zh_TW": ("我接受本網路的使用條款。", "我同意為此次連線保存我的資料。"),
}

# Labels by language, and the language to fall back to: many, two, and one that few guests can read.
LABELS: dict[str, tuple[dict[str, str], str]] = {
    "personalField_1": (
        {
            "fr": "Carte de fidélité",
            "en": "Fidelity card",
            "de": "Kundenkarte",
            "it": "Carta fedeltà",
            "es": "Tarjeta de fidelidad",
            "ar": "بطاقة الولاء",
        },
        "en",
    ),
    "personalField_2": ({"en": "Conference", "de": "Tagung"}, "de"),
    "personalField_3": ({"ja": "会員番号"}, "ja"),
}

# Table 1: HTTP errors linked to invalid settings, by the name of the switch.
REFUSALS: dict[str, tuple[int, str]] = {
    "no-portal": (401, "No portal is defined for this zone"),
    "no-incoming-network": (401, "You cannot access to the captive portal via this interface"),
    "no-license": (401, "You cannot access to captive portal of this controller"),
    "internal": (401, "Service Temporarily Unavailable. Please try later"),
    "dns": (
        401,
        "An error occurred making the service unavailable. Please contact the network administrator.",
    ),
    "user-agent": (403, "This user agent is not allowed to access the portal"),
    "web-browser": (403, "Your current web browser cannot access this page"),
    "empty-address": (404, "The page you are looking for does not exist"),
}


def policy_text(kind: str, language: str) -> str:
    """The policy of a kind, ``logon`` or ``private``, in a language of Table 4."""
    return POLICIES[language][0 if kind == "logon" else 1]
