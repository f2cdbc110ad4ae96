"""Every sentence of the chat widget. The names in braces are filled in by the browser."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

SENTENCES: dict[str, str | Promise] = {
    # The launcher and the head
    "openChat": _("Open the chat"),
    "openChatUnread": _("Open the chat, unread messages: {count}"),
    "closeChat": _("Close the chat window"),
    "mute": _("Turn the sound off"),
    "unmute": _("Turn the sound on"),
    "language": _("Language"),
    "someoneHere": _("We are here right now"),
    "nobodyHere": _("Nobody is here right now"),
    "opens": _("The chat opens {when}."),
    # When everybody is full. A wait is filled in as {wait}.
    "allBusy": _("We are serving others just now"),
    "queueNow": _("There is a queue just now"),
    "inTurn": _("Write right away, and we answer in your turn."),
    "waitIs": _("The wait is {wait}."),
    "queueNext": _("You are next in the queue"),
    "queuePlace": _("You are number {position} in the queue"),
    "waitMinute": _("about a minute"),
    "waitFew": _("a few minutes"),
    "waitMinutes": _("about {minutes} minutes"),
    "waitHour": _("over an hour"),
    "anotherWay": _("Other ways to reach us"),
    "anotherWayExplained": _("If you would rather not wait here, you can also write to us like this."),
    # Before the first message
    "headline": _("Hello. How can we help?"),
    "oneAnswers": _("{names} is here to answer you"),
    "theyAnswer": _("{names} are here to answer you"),
    "leaveMessage": _("Leave a message"),
    "weAnswerByMail": _("We read every message, and the answer comes to this chat."),
    "yourEmail": _("Your e-mail, for the answer"),
    "beforeWeStart": _("Before we start"),
    "required": _("required"),
    "choose": _("Choose"),
    "answerThis": _("Please answer this."),
    "badEmail": _("Please check the e-mail address, for example name@example.com."),
    "searchHelp": _("Search for help"),
    # The conversation
    "conversation": _("Conversation"),
    "you": _("You"),
    "sending": _("sending"),
    "waitingForNetwork": _("waiting for the network"),
    "sent": _("sent"),
    "read": _("read"),
    "notSent": _("The message was not sent."),
    "tryAgain": _("Try again"),
    "delete": _("Delete"),
    "isTyping": _("{name} is writing"),
    "newMessages": _("New messages"),
    "openFile": _("Open {name}"),
    "dismiss": _("Hide this"),
    "cut": _("The connection is cut. We are trying again."),
    "cutWithMessages": _("The connection is cut. Your messages are safe and will go as soon as it is back."),
    "noAnswer": _("We could not reach the service. Please try again in a moment."),
    # Writing
    "writeHere": _("Write a message"),
    "send": _("Send"),
    "emoji": _("Emoji"),
    "attach": _("Attach files"),
    "attachments": _("Attachments"),
    "fileLimits": _("Up to {count} files, {size} each: {types}. You can also paste or drop them here."),
    "dropHere": _("Drop the files here"),
    "tooManyFiles": _("A message can carry {count} files at most."),
    "fileTooBig": _("{name} is too big. The limit is {size}."),
    "fileEmpty": _("{name} is empty."),
    "fileWrongType": _("{name} can't be sent. These can: {types}."),
    "uploading": _("Uploading {name}"),
    "uploadFailed": _("The file did not get through."),
    "removeFile": _("Remove {name}"),
    "sendsWhenUploaded": _("The message goes as soon as the files are up."),
    "tooLong": _("The message is {count} characters too long."),
    "charactersLeft": _("Characters left: {count}"),
    # Solved, ended, copied
    "solvedQuestion": _("Did this solve it?"),
    "solvedYes": _("Yes, it is solved"),
    "solvedNo": _("Not yet"),
    "end": _("It is taken care of, end"),
    "endQuestion": _("End the conversation?"),
    "endExplained": _("You can open it again whenever you like."),
    "endYes": _("End it"),
    "endNo": _("Go on"),
    "ended": _("The conversation has ended"),
    "endedExplained": _("Thank you. If something is still on your mind, just go on here."),
    "endedBySilence": _("We hadn't heard from you for a while. Nothing is lost, just go on here."),
    "reopen": _("Go on with this"),
    "newConversation": _("Something else"),
    "ownPage": _("Your own page of this matter"),
    "transcript": _("Send this to myself"),
    "transcriptTo": _("Where shall we send a copy of this conversation?"),
    "transcriptSent": _("The copy is on its way."),
    "cancel": _("Cancel"),
    "ok": _("All right"),
}

# Of what is loaded only when it is needed, by the part's name.
PARTS: dict[str, dict[str, str | Promise]] = {
    "bot": {
        "botName": _("{name}, a bot"),
        "botPerson": _("Talk to a person"),
        "botSources": _("Where this comes from"),
        "botChoices": _("Answer with a button"),
    },
    "helping": {
        "helpMaybe": _("Maybe this helps"),
        "helpHide": _("Hide the suggestions"),
        "helpFound": _("Articles that may help: {count}"),
        "helpSearch": _("Search for help"),
        "helpNothing": _("Nothing was found with these words. Try others, or write to us."),
        "helpClose": _("Close the search"),
        "helpBack": _("Back"),
        "helpElsewhere": _("Open on the help site"),
        "helpHelped": _("Did this help?"),
        "helpYes": _("Yes"),
        "helpNo": _("No"),
        "helpThanks": _("Good to hear. Thank you for telling us."),
        "helpSorry": _("Thank you for telling us. Write to us, and we help you on."),
        "helpPerson": _("Write to a person"),
    },
    "emoji": {
        # In the order of the picker: sixty names, separated by commas.
        "emojiNames": _(
            "grinning, laughing, beaming, tears of joy, rolling on the floor, blushing, slight smile, winking, heart eyes,"
            " loved, kiss, sunglasses, starry eyes, celebrating, thinking, sweat smile, relieved, sleeping, neutral,"
            " confused, worried, tear, crying, angry, embarrassed, shocked, hug, upside down, thumbs up, thumbs down,"
            " applause, raised hands, thank you, wave, handshake, strong, OK, fingers crossed, eyes, green heart,"
            " orange heart, sparkles, party, present, cake, flower, sun, snowman, Christmas tree, fire, star, done, no,"
            " question, parcel, delivery van, shopping cart, card, camera, coffee"
        ),
    },
}


def words(language: str, part: str = "") -> dict[str, str]:
    """The widget's sentences in one language, by the names that its scripts use: those that it opens with, or a part's.

    Raises KeyError for a part that there isn't.
    """
    with override(language):
        return {name: str(sentence) for name, sentence in (PARTS[part] if part else SENTENCES).items()}
