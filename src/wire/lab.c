#include "wire/lab.h"

#include "base/utf8.h"

/* A join has no words on the lab's wire, nor have names that change. */
const char *const wire_lab_entry_words[ENTRY_KIND_COUNT] = {
    [ENTRY_SAY] = "{in}{who}:{text}",
    [ENTRY_ACTION] = "{in}{who}:* {text}",
    [ENTRY_REMARK] = "{in}{who}:{text}",
    [ENTRY_PRIVATE] = NULL,
    [ENTRY_JOIN] = "",
    [ENTRY_PART] = "{in}{who}已退出聊天",
    [ENTRY_QUIT] = "{who}已退出聊天",
    [ENTRY_NICK] = "",
    [ENTRY_KICK] = "{in}{target}已退出聊天",
    [ENTRY_KILL] = "{who}已退出聊天",
    [ENTRY_MODE] = "",
    [ENTRY_TOPIC] = "",
    [ENTRY_RENAMED] = "",
    [ENTRY_NOTICE] = NULL,
};

const char *const wire_lab_console_entry_words[ENTRY_KIND_COUNT] = {
    [ENTRY_SAY] = "{in}{who}:{text}",
    [ENTRY_ACTION] = "{in}{who}:* {text}",
    [ENTRY_JOIN] = "{in}{who}成功连接",
    [ENTRY_PART] = "{in}{who}已退出聊天",
    [ENTRY_QUIT] = "{who}已退出聊天",
    [ENTRY_KICK] = "{in}{target}已退出聊天<: {text}>",
    [ENTRY_KILL] = "{who}已退出聊天<: {text}>",
};

/* The lab's server does not greet, and its q is not answered. */
const char *const wire_lab_reply_words[REPLY_KIND_COUNT] = {
    [REPLY_WELCOME] = "",
    [REPLY_WELCOME_OPERATOR] = NULL,
    [REPLY_BYE] = "",
    [REPLY_TALK_WELCOME] = "",
    [REPLY_TALK_WAIT] =
        "-- 占线, 您排在第{count}位 (busy; your place: {count})",
    [REPLY_TALK_PLACE] =
        "-- 您排在第{count}位 (your place in the queue: {count})",
    [REPLY_TALK_TURN] = "-- 已接通 (it is your turn)",
    [REPLY_TALK_MISSED] = "",
    [REPLY_TALK_ENDED] = "-- 对方已挂断 (the other side has hung up)",
    [REPLY_TALK_FULL] =
        "-- 占线, 排队已满, 最多{count}人 (busy, and the queue is full)",
    [REPLY_FULL] = "-- 聊天室已满, 最多{count}人 (the room is full)",
    [REPLY_STOPPING] = "-- 服务器已关闭 (the server is stopping)",
};

size_t
wire_lab_block(struct span queued, struct buf *block)
{
    size_t used = 0;
    while (used < queued.n) {
        struct span rest = span_from(queued, used);
        size_t n = span_find(rest, '\n');
        size_t separator = used > 0 ? 1 : 0;
        if (used + n > LAB_BLOCK_BYTES)
            break;
        if (separator > 0)
            buf_add_byte(block, '\n');
        buf_add(block, span_sub(rest, 0, n));
        used += n < rest.n ? n + 1 : n;
    }
    if (used == 0 && queued.n > 0) {
        used = utf8_cut(queued, LAB_BLOCK_BYTES);
        buf_add(block, span_sub(queued, 0, used));
    }
    return used;
}

void
wire_lab_pad(struct buf *block)
{
    while (block->n < LAB_BLOCK_BYTES)
        buf_add_byte(block, ' ');
}

void
wire_lab_label(struct buf *out, const char *ip, unsigned port)
{
    buf_add_format(out, "(%s,%u)", ip, port);
}
