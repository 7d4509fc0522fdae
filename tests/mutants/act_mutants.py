"""Guards of the page's script around an action: presses, keys and text. See mutants.py."""

from files import FOCUS, LOST, POINTING, PRESSING, TEXT_FIELDS, TYPING

ACTS = "tests/e2e/test_page_script_acts.py"
POINTS = "tests/e2e/test_page_script_points.py"

# name: (file, text, what stands there instead, the tests of the file's layer of which one must fail)
MUTANTS = {
    "a second press is felt by what is there then": (
        PRESSING, "p.seen < p.clicks && !p.wrong", "p.seen < 1 && !p.wrong",
        f"{ACTS} Presses.test_a_second_press_that_meets_something_else_is_kept_from_it"),
    "what comes after a press that was kept back is kept back too": (
        PRESSING, "if (event.type === 'pointerup') p.ended++;\n", "",
        f"{ACTS} Presses.test_a_second_press_that_meets_something_else_is_kept_from_it"),
    "a touch is felt by what has come under it": (
        PRESSING, "'pointerdown', 'touchstart', 'mousedown'", "'pointerdown', 'mousedown'",
        f"{ACTS} Presses.test_a_touch_that_meets_something_else_is_kept_from_it"),
    "a mouse is taken for the finger that is waited for": (
        PRESSING, " || (event.pointerType === 'touch') !== p.touch", "",
        f"{ACTS} Presses.test_a_touch_that_meets_something_else_is_kept_from_it"),
    "what a wrong press that is held leads to is felt": (
        PRESSING, "if (press === p && (!held || !p?.wrong)) press = null;", "press = null;",
        f"{ACTS} Presses.test_what_comes_of_a_wrong_press_that_is_held_is_kept_back"),
    "a click that never came counts as done": (
        PRESSING, "if (!held && p?.seen && !p.wrong && lostClick(p))", "if (false)",
        f"{ACTS} Early.test_a_click_that_the_element_has_moved_away_from_is_lost"),
    "where an element is counts when its click is judged, and not when it was let go of": (
        LOST, "const away = trail.away || (ended < seen && isAway(", "const away = (isAway(",
        f"{ACTS} Early.test_a_click_that_the_element_has_moved_away_from_is_lost"),
    "a click that came is lost once its element moves": (
        LOST, "trail.came >= seen || ", "", f"{ACTS} Early.test_what_has_done_its_work_has_lost_nothing"),
    "what a menu covers has lost its click": (
        LOST, "!on.some((n) => !hidden(n) && liesAt(n, event))", "true", f"{ACTS} Early.test_what_has_done_its_work_has_lost_nothing"),
    "what is gone has lost its click": (
        LOST, "return away && trail.on.some((n) => !hidden(n));", "return away;",
        f"{ACTS} Early.test_what_has_done_its_work_has_lost_nothing"),
    "what leads elsewhere has lost its click": (
        LOST, " || trail.ledAway !== ledAway", "", f"{ACTS} Early.test_what_has_done_its_work_has_lost_nothing"),
    "a field that has the focus has lost its click": (
        LOST, "if (a && isText(a) && (within(a, e) || within(e, a))) return false;\n", "",
        f"{ACTS} Early.test_what_has_done_its_work_has_lost_nothing"),
    "a field needs no focus to have had its click": (
        LOST, "if (a && isText(a) && (within(a, e) || within(e, a)))", "if (a && isText(e))", f"{ACTS} Early.test_what_has_done_its_work_has_lost_nothing"),
    "a button that a frame is let go of in is not missed": (
        LOST, "trail.away || (ended < seen &&", "trail.away || (false &&", f"{ACTS} Early.test_a_release_that_goes_into_a_frame_is_missed"),
    "the click of a label counts twice": (
        LOST, "Math.min(seen, trail.came + 1)", "trail.came + 1", f"{ACTS} Early.test_each_click_of_a_double_click_is_counted_once"),
    "a tap is judged before its click": (
        PRESSING, "  if (p && !held) await tapsClick(p);\n", "", f"{ACTS} Early.test_the_click_of_a_finger_is_waited_for"),
    "a touch that is to be no click has lost one": (
        LOST, "trail.came >= seen || refusesClick(trail)", "trail.came >= seen",
        f"{ACTS} Early.test_a_touch_that_is_to_be_no_click_loses_none"),
    "a click that the page may have kept counts as lost": (
        LOST, "if (!first || trail.came", "if (trail.came",
        f"{ACTS} Presses.test_a_click_that_the_page_may_have_kept_from_us_is_not_called_lost"),
    "a key is pressed in whatever has the focus by then": (
        FOCUS, "    expectKey(selector, e);\n", "", f"{ACTS} Keys.test_a_key_that_meets_something_else_is_kept_from_it"),
    "a key of a word that takes no focus is anybody's": (
        TYPING, "if (key && isPage(host)) return isPage(at);\n", "", f"{ACTS} Keys.test_a_key_that_meets_something_else_is_kept_from_it"),
    "a key that was kept back goes up in what it was kept from": (
        TYPING, "    if (judged && t.wrong) keepAway(event);\n    else if", "    if",
        f"{ACTS} Keys.test_a_key_that_meets_something_else_is_kept_from_it"),
    "a key that was pressed may not lead on": (
        TYPING, " && !(t.came && t.key)", "", f"{ACTS} Keys.test_a_key_may_lead_the_focus_on"),
    "a button hands its keys to a form": (
        FOCUS, "e.matches(ACTOR) ? null : receiver(e)", "receiver(e)", f"{ACTS} Keys.test_a_button_hands_no_key_on"),
    "the rest of a text goes wherever the focus does": (
        TYPING, "(t.came ? takesText(t, at) :", "(t.came ? true :", f"{ACTS} Keys.test_the_rest_of_a_text_goes_to_what_takes_text_alone"),
    "the rest of a text is not asked about": (
        TYPING, "if (!more || !t.came) {", "if (true) {",
        f"{ACTS} Keys.test_the_rest_of_a_text_goes_to_what_takes_text_alone"),
    "what is no field takes the rest of a text": (
        TYPING, "return !isText(host) && !isPage(at)", "return !isPage(at)",
        f"{ACTS} Keys.test_the_rest_of_a_text_goes_to_what_takes_text_alone"),
    "a button takes the rest of a cell's text": (
        TYPING, " && !isPage(at) && !at.matches(ACTOR);", " && !isPage(at);",
        f"{ACTS} Keys.test_cells_lead_a_text_on_among_themselves_and_to_no_button"),
    "a Tab in a text leads nowhere": (
        TYPING, "t.host = at;", "t.came = true;", f"{ACTS} Keys.test_a_tab_in_a_text_leads_where_it_leads"),
    "a scroll bar is pressed": (
        POINTING, "need === 'click' && onScrollBar(hit, p)", "false", f"{ACTS} Presses.test_a_scroll_bar_is_no_place_to_press"),
    "a press goes between two pixels": (
        POINTING, " || whole(p)) return p;", " || p) return p;",
        f"{ACTS} Presses.test_a_point_is_one_whose_whole_pixel_is_the_elements_too"),
    "keys go to what has the focus": (
        FOCUS, "other.blur?.();", "other.id;",
        f"{ACTS} Keys.test_keys_for_what_takes_no_focus_are_the_pages_or_of_what_is_around"),
    "a key for a suggestion takes the focus from its field": (
        FOCUS, "holder && standsFor(holder, e)", "false && standsFor(holder, e)",
        f"{ACTS} Keys.test_keys_for_the_items_of_a_list_are_of_what_leads_it"),
    "what a button has opened is led by it": (
        FOCUS, "|| roled(e, ITEM)) named", "|| true) named", f"{ACTS} Keys.test_keys_for_the_items_of_a_list_are_of_what_leads_it"),
    "keys are sent to what nobody can use": (
        FOCUS, "if (bad) return { error: bad };\n    if (!held)", "if (!held)",
        f"{ACTS} Keys.test_keys_for_what_nobody_can_use_are_refused"),
    "keys go where an element hands the focus": (
        FOCUS, "|| focusable(e)) return NO_FOCUS;", ") return NO_FOCUS;", f"{ACTS} Keys.test_keys_for_what_nobody_can_use_are_refused"),
    "a field in a frame that is inert takes text": (
        FOCUS, "if (inert(e)) return { error: inert(e) };", "", f"{ACTS} Keys.test_a_frame_that_is_inert_is_not_given_the_focus"),
    "what a page has added counts as the old text": (
        TEXT_FIELDS, "if (!old || held.length !== old.length + text.length) return false;", "return held.includes(text);",
        f"{ACTS} Keys.test_a_text_beside_all_of_the_old_one_is_told_from_what_a_page_adds"),
    "a box is one only where its style says so": (
        POINTING, " || e.clientWidth > 0", "", f"{POINTS} Points.test_what_shows_a_part_of_a_drawing_alone_is_pointed_into"),
    "a drawing in a drawing cuts nothing off": (
        POINTING, "e instanceof SVGSVGElement ? viewportOf(e) : view()", "view()",
        f"{POINTS} Points.test_what_shows_a_part_of_a_drawing_alone_is_pointed_into"),
    "what is fixed is free of a drawing around it": (
        POINTING, "if (free && !isForeign(a)) continue;", "if (free) continue;",
        f"{POINTS} Points.test_what_shows_a_part_of_a_drawing_alone_is_pointed_into"),
    "a drawing in a drawing shows as much as its own box holds": (
        POINTING, "if (isDrawnIn(e) && !isForeign(e)) return e instanceof SVGSVGElement ? viewportOf(e) : view();\n",
        "if (isDrawnIn(e)) return e.getBoundingClientRect();\n",
        f"{POINTS} Points.test_what_shows_a_part_of_a_drawing_alone_is_pointed_into"),
    "a drawing that is turned in a drawing shows what it would unturned": (
        POINTING, "style(svg).transform === 'none' && up(svg)", "up(svg)",
        f"{POINTS} Points.test_what_lets_its_content_out_cuts_nothing_off"),
    "a press goes between what Chromium can tell apart": (
        POINTING, "face, room)).map(onGrid);", "face, room));", f"{POINTS} Points.test_a_point_is_where_chromium_looks_for_it"),
    "a press is judged by its point alone": (
        PRESSING, "[hit, cameTo(event, at)].find(", "[hit].find(", f"{POINTS} Points.test_a_press_is_judged_by_what_it_comes_to"),
    "a press is judged by its event alone": (
        PRESSING, "[hit, cameTo(event, at)].find(", "[cameTo(event, at)].find(",
        f"{POINTS} Points.test_a_press_is_judged_by_what_it_comes_to"),
    "a press in a closed root is its host's": (
        LOST, "return hit && within(hit, target) ? hit : target;", "return target;",
        f"{POINTS} Points.test_what_an_event_names_by_another_is_pressed"),
    "keys for a label go on where its control is disabled": (
        FOCUS, " || disabled(to)", "", f"{ACTS} Keys.test_keys_for_a_label_are_refused_where_its_control_cannot_be_used"),
    "keys for a label go on where its control is inert": (
        FOCUS, " || inert(to)", "", f"{ACTS} Keys.test_keys_for_a_label_are_refused_where_its_control_cannot_be_used"),
    "what scrolls has keys before what a click gives the focus": (
        FOCUS, "!onlyScrolls(a) && takes(a)", "takes(a)", f"{ACTS} Keys.test_what_takes_the_focus_for_its_scrolling_alone_comes_last"),
    "what scrolls has no keys": (
        FOCUS, " || given(nearest((a) => onlyScrolls(a) && takes(a)))", "",
        f"{ACTS} Keys.test_what_takes_the_focus_for_its_scrolling_alone_comes_last"),
    "an editor that scrolls is no more than what scrolls": (
        FOCUS, "!focusable(a) && !isEdited(a) &&", "!focusable(a) &&",
        f"{ACTS} Keys.test_what_takes_the_focus_for_its_scrolling_alone_comes_last"),
    "what was wrong at the last look is forgotten": (
        POINTING, "known ?? aim(e, face, need, position).error ?? MOVING", "MOVING",
        f"{ACTS} Reasons.test_what_is_covered_on_a_page_that_scrolls_is_not_called_moving"),
}
