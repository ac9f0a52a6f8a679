import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;

/**
 * What a team would write with Kafka Streams instead: each token that a regular
 * expression finds becomes a record, exactly once.
 *
 * <p>RegexStream BOOTSTRAP NAME INPUT OUTPUT RECORDS STATE_DIRECTORY ends once
 * it has processed RECORDS.
 */
public final class RegexStream {
  private static final Pattern TOKEN = Pattern.compile("npm_[A-Za-z0-9]{36}");

  public static void main(String[] arguments) throws InterruptedException {
    Properties settings = new Properties();
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, arguments[0]);
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, arguments[1]);
    settings.put(StreamsConfig.STATE_DIR_CONFIG, arguments[5]);
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 2);
    settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
    settings.put("auto.offset.reset", "earliest");

    long records = Long.parseLong(arguments[4]);
    AtomicLong processed = new AtomicLong();
    CountDownLatch done = new CountDownLatch(1);
    StreamsBuilder builder = new StreamsBuilder();
    builder.stream(arguments[2], Consumed.with(Serdes.String(), Serdes.String()))
        .flatMapValues(
            text -> {
              List<String> found =
                  TOKEN.matcher(text).results().map(MatchResult::group).toList();
              if (processed.incrementAndGet() == records) {
                done.countDown();
              }
              return found;
            })
        .to(arguments[3], Produced.with(Serdes.String(), Serdes.String()));

    try (KafkaStreams streams = new KafkaStreams(builder.build(), settings)) {
      streams.start();
      done.await();
    }
  }
}
